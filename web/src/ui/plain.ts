import { createContext, useContext } from "react";

/** True where numbers are only looked at (a wall): they do not open and ask for nothing. */
export const PlainContext = createContext(false);

export function usePlain(): boolean {
  return useContext(PlainContext);
}
