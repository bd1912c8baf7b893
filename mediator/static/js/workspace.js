// Everything the mediator's and the signed-out pages add to plain HTML.
import "./start.js";
import "./private.js";
import "./copy.js";
import "./privacy.js";
import "./rank.js";
import "./count.js";
import "./autosave.js";
