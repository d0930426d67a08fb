"""Files for credit bureaus, and what comes back: Metro 2 in the US, a batch of ours for 征信."""
