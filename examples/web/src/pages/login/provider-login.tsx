import type { JSX } from 'preact';
import { loadProviders } from '../../client.js';
import { Button } from '../../components/button.js';
import { useLoaded } from '../../components/loading.js';
import { Notice } from '../../components/notice.js';
import { useProvider } from '../../components/use-provider.js';

/** A button for each external provider. Empty without providers, or if the server does not answer: other ways to log in remain. */
export function ProviderLogin(): JSX.Element | null {
  const { data: providers = [] } = useLoaded(loadProviders);
  const { run, isBusy, failure } = useProvider({ link: false });
  if (providers.length === 0) return null;
  return (
    <div class="form">
      {failure !== null && <Notice kind="danger">{failure.message}</Notice>}
      {providers.map(({ id, name }) => (
        <Button key={id} isWide isBusy={isBusy} onClick={() => run(id)}>Continue with {name}</Button>
      ))}
    </div>
  );
}
