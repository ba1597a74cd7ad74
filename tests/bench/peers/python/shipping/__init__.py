"""The code that both variants share: reading events (`events`) and the work (`orders`)."""
