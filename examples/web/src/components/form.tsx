import { createContext } from 'preact';
import type { ComponentChildren, JSX } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../text/failures.js';
import { duration } from '../text/format.js';
import { Button } from './button.js';
import { Notice } from './notice.js';
import { useAction, useSecondsUntil } from './use-action.js';

/** The values by field name. */
export type Values = Readonly<Record<string, string>>;

interface FormProps {
  /** The text of the button. */
  readonly action: string;
  readonly work: (values: Values) => Promise<unknown>;
  readonly children?: ComponentChildren;
  /** An element next to the button. */
  readonly aside?: ComponentChildren;
  readonly kind?: 'primary' | 'danger';
  readonly isWide?: boolean;
  /** Empties the fields after success. */
  readonly resets?: boolean;
}

const Failed = createContext<Failure | null>(null);

/** The error of a field in the surrounding form. */
export const useFieldFault = (name: string): string | undefined => useContext(Failed)?.fields[name];

/**
 * A form that checks its fields, shows that it is busy, shows errors at their fields, and waits if a limit was reached. After a
 * failure the focus is where the user has to act.
 */
export function Form({ action, work, children, aside, kind = 'primary', isWide = false, resets = false }: FormProps): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, failure, setFailure, run } = useAction(work);
  const wait = useSecondsUntil(failure?.retryAt);

  useEffect(() => {
    if (failure === null) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid=true], [role=alert]')?.focus();
  }, [failure]);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form.current === null || wait > 0) return;
    const fields = faultsOf(form.current);
    if (Object.keys(fields).length > 0) return setFailure({ message: '', fields, retryAt: undefined });
    const isDone = await run(valuesOf(form.current));
    if (isDone && resets) form.current?.reset();
  };

  const isShownAtField = failure !== null && Object.keys(failure.fields).some((name) => form.current?.elements.namedItem(name));
  return (
    <form ref={form} class="form" noValidate onSubmit={(event) => void submit(event)} aria-busy={isBusy}>
      <Failed.Provider value={failure}>
        {failure !== null && !isShownAtField && (
          <Notice kind="danger">
            {[failure.message, ...Object.values(failure.fields)].join(' ')}
            {wait > 0 && <> Time left: <b class="countdown">{duration(wait)}</b></>}
          </Notice>
        )}
        {children}
        <div class="actions">
          <Button type="submit" kind={kind} isBusy={isBusy} isDisabled={wait > 0} isWide={isWide}>
            {wait > 0 ? `Wait ${duration(wait)}` : action}
          </Button>
          {aside}
        </div>
      </Failed.Provider>
    </form>
  );
}

function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries([...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

/** Errors from the browser's own validation, in its language. */
function faultsOf(form: HTMLFormElement): Record<string, string> {
  const inputs = [...form.elements].filter((element) => element instanceof HTMLInputElement);
  return Object.fromEntries(inputs.filter(({ validity }) => !validity.valid).map(({ name, validationMessage }) => [name, validationMessage]));
}
