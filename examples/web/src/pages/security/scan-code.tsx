import type { JSX } from 'preact';
import { CopyButton } from '../../components/copy-button.js';

interface ScanCodeProps {
  /** A PNG as a data URL. */
  readonly qrCode: string;
  readonly secret: string;
  readonly otpauthUrl: string;
}

/** The QR code for an authenticator app, and alternatives without scanning: a link for the phone, and the key to type. */
export function ScanCode({ qrCode, secret, otpauthUrl }: ScanCodeProps): JSX.Element {
  return (
    <div class="scan">
      <p class="muted">Scan this with your authenticator app, then enter the code that it shows.</p>
      <img class="qr" src={qrCode} width="200" height="200" alt="QR code for an authenticator app. The key below says the same." />
      <details>
        <summary>Can’t scan it?</summary>
        <p class="muted">Enter this key in the app, or <a href={otpauthUrl}>open the app on this device</a>.</p>
        <div class="row"><output class="secret">{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</output><CopyButton text={secret} /></div>
      </details>
    </div>
  );
}
