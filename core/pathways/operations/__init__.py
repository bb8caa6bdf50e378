"""Every write about a referral, a decision, a contract and its signatures."""
