import type { Options } from 'tsup';
import { base } from '../../tsup.base.js';

const options: Options = {
  ...base,
  entry: {
    combine: 'src/combine.ts',
    resend: 'src/resend.ts',
    sendgrid: 'src/sendgrid.ts',
    smtp: 'src/smtp.ts',
    twilio: 'src/twilio.ts',
  },
};

export default options;
