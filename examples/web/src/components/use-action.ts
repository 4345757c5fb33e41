import { useEffect, useRef, useState } from 'preact/hooks';
import { failureOf } from '../text/failures.js';
import type { Failure } from '../text/failures.js';

export interface Action<Args extends readonly unknown[]> {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** Shows a failure that was found in the page, or clears the shown one. */
  readonly setFailure: (failure: Failure | null) => void;
  /** Resolves with whether it succeeded. Ignores calls while one is running. */
  readonly run: (...args: Args) => Promise<boolean>;
}

/** An asynchronous action that may fail, with its state for display. */
export function useAction<Args extends readonly unknown[]>(work: (...args: Args) => Promise<unknown>): Action<Args> {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isUnderWay = useRef(false);
  const run = async (...args: Args): Promise<boolean> => {
    if (isUnderWay.current) return false;
    isUnderWay.current = true;
    setBusy(true);
    try {
      await work(...args);
      setFailure(null);
      return true;
    } catch (error) {
      setFailure(failureOf(error));
      return false;
    } finally {
      isUnderWay.current = false;
      setBusy(false);
    }
  };
  return { isBusy, failure, setFailure, run };
}

/** Whole seconds until a time, counting down to 0. */
export function useSecondsUntil(moment: number | undefined): number {
  const [now, setNow] = useState(Date.now());
  const left = moment === undefined ? 0 : Math.max(0, Math.ceil((moment - now) / 1_000));
  useEffect(() => {
    setNow(Date.now());
    if (moment === undefined) return undefined;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= moment) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [moment]);
  return left;
}
