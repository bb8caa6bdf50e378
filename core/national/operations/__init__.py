"""What the nation does: releases, made-up towns of the demonstration, effects asked again."""
