import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { failureOf } from '../text/failures.js';
import type { Failure } from '../text/failures.js';
import { duration } from '../text/format.js';
import { Button } from './button.js';
import { Notice } from './notice.js';
import { useSecondsUntil } from './use-action.js';

export interface Loaded<Data> {
  readonly data: Data | undefined;
  readonly failure: Failure | null;
  readonly reload: () => Promise<void>;
  /** Appends the next page of a list. */
  readonly setData: (data: Data) => void;
}

/** Loads the data of a page, again whenever `about` changes. The old data stays until the new data arrives. */
export function useLoaded<Data>(load: () => Promise<Data>, about: readonly unknown[] = []): Loaded<Data> {
  const [data, setData] = useState<Data>();
  const [failure, setFailure] = useState<Failure | null>(null);
  const reload = useCallback(async () => {
    try {
      setData(await load());
      setFailure(null);
    } catch (error) {
      setFailure(failureOf(error));
    }
  }, about);
  useEffect(() => void reload(), [reload]);
  return { data, failure, reload, setData };
}

interface LoadingProps<Data> {
  readonly of: Loaded<Data>;
  readonly children: (data: Data) => ComponentChildren;
}

/** Shows the loaded data, a placeholder while it loads, or the error. */
export function Loading<Data>({ of: { data, failure, reload }, children }: LoadingProps<Data>): JSX.Element {
  if (failure !== null) return <LoadFailed failure={failure} onRetry={reload} />;
  if (data === undefined) return <Skeleton />;
  return <>{children(data)}</>;
}

export function LoadFailed({ failure, onRetry }: { readonly failure: Failure; readonly onRetry: () => Promise<unknown> }): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const wait = useSecondsUntil(failure.retryAt);
  const retry = async (): Promise<void> => {
    setBusy(true);
    await onRetry();
    setBusy(false);
  };
  return (
    <Notice
      kind="danger"
      action={<Button onClick={retry} isBusy={isBusy} isDisabled={wait > 0}>{wait > 0 ? `Wait ${duration(wait)}` : 'Try again'}</Button>}
    >
      {failure.message}
    </Notice>
  );
}

/** Grey lines as a placeholder. They appear after a short delay, because most responses arrive before. */
function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading</span>
      <i /><i /><i />
    </div>
  );
}
