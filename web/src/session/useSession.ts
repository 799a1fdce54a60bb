import { useSyncExternalStore } from 'react';
import { current, onChange, type Session } from './session';

/** Who is signed in, as it changes; `null`: nobody. */
export function useSession(): Session | null {
  return useSyncExternalStore(onChange, current);
}
