/** All style sheets, for every page: one list, because in a layer the later rule counts. */
import "./tokens.css";
import "./base.css";
import "./parts.css";
import "./first.css";
import "./nav.css";
import "./list.css";
import "./window.css";
import "./status.css";
import "./settings.css";
import "./notices.css";
import "./reply.css";
