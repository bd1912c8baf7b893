// Everything a participant's pages add to plain HTML. Autosave comes before private: what waits is sent, then wiped.
import "./exit.js";
import "./start.js";
import "./autosave.js";
import "./private.js";
import "./privacy.js";
import "./rank.js";
import "./count.js";
import "./copy.js";
