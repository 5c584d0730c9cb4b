import { useRouteError } from "react-router";
import { ProblemView } from "@/ui/ProblemView";

/** A page that failed to load or to draw; the frame around it stays usable. */
export function RouteFailure() {
  return <ProblemView error={useRouteError()} onRetry={() => window.location.reload()} />;
}
