"""`reussite doctor`: is this installation right? One small function a question, French answers."""
