// The console's scripts are one script, and only at its very beginning does this directive hold for all of them.
"use strict";
