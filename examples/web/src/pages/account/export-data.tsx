import type { JSX } from 'preact';
import { client } from '../../client.js';
import { Form } from '../../components/form.js';
import { Section } from '../../components/page.js';
import { withStepUp } from '../../components/step-up.js';
import { download } from '../../text/download.js';

export function ExportData(): JSX.Element {
  return (
    <Section title="Your data" lead="Everything that is stored about you, as a JSON file.">
      <Form
        action="Download"
        work={async () => {
          const data = await withStepUp(() => client.exportMe());
          download({ name: 'my-data.json', type: 'application/json', text: JSON.stringify(data, null, 2) });
        }}
      />
    </Section>
  );
}
