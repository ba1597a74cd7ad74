"""What both variants share: the border (`events`) and the work (`orders`)."""
