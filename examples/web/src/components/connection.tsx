import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from './notice.js';

/** A notice while the browser is offline. */
export function Connection(): JSX.Element | null {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine);
    update();
    for (const name of ['online', 'offline']) addEventListener(name, update);
    return () => {
      for (const name of ['online', 'offline']) removeEventListener(name, update);
    };
  }, []);
  return isOnline ? null : <div class="banner"><Notice kind="warning">You are offline. You stay logged in; what you see may be out of date.</Notice></div>;
}
