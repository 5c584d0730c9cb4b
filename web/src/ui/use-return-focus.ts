import { useEffect, useState } from "react";

/** Gives the focus back, when a panel goes, to what had it when the panel came. */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // After the panel has let go of the focus itself.
      requestAnimationFrame(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus();
      });
    },
    [before],
  );
}
