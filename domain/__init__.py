"""Pure rules and the words of the trade: plain data in, plain data out, no clock and no I/O."""
