import type { Channel } from '../../../ports/notifier.js';
import type { MessageDraft } from './draft.js';
import type { MessageText } from '../../../model/message-set.js';

/** Lays out a draft: plain text and HTML for a mail, one short text for a phone. */
export function render(
  draft: MessageDraft,
  { channel, appName, lang }: { readonly channel: Channel; readonly appName: string; readonly lang: string },
): MessageText {
  if (channel === 'sms') return { subject: draft.subject, text: draft.sms };
  return { subject: draft.subject, text: plainText(draft, appName), html: html(draft, { appName, lang }) };
}

/** Escapes text for HTML, including quoted attributes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function plainText({ opening, code, link, facts = [], closing }: MessageDraft, appName: string): string {
  const blocks = [
    ...opening,
    ...(code === undefined ? [] : [`    ${code}`]),
    ...(link === undefined ? [] : [`${link.label}:\n${link.url}`]),
    ...(facts.length === 0 ? [] : [facts.map(([name, value]) => `${name}: ${value}`).join('\n')]),
    ...closing,
    `-- \n${appName}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

const STYLE = {
  body: 'margin:0;padding:24px 16px;background:#ffffff;color:#1a1a1a;font:16px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif',
  column: 'max-width:520px;margin:0 auto',
  code: 'font:700 22px/1.4 ui-monospace,Menlo,Consolas,monospace;letter-spacing:1px;word-break:break-all;margin:24px 0',
  button: 'display:inline-block;padding:12px 20px;border-radius:6px;background:#1a4fd6;color:#ffffff;text-decoration:none;font-weight:600',
  small: 'font-size:13px;color:#5c5c5c;word-break:break-all',
  foot: 'margin-top:32px;padding-top:12px;border-top:1px solid #dddddd;font-size:13px;color:#5c5c5c',
} as const;

/** Inline styles only: no image, no font, and no link except that of the message. */
function html(
  { subject, opening, code, link, facts = [], closing }: MessageDraft,
  { appName, lang }: { readonly appName: string; readonly lang: string },
): string {
  const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;
  const parts = [
    ...opening.map(paragraph),
    ...(code === undefined ? [] : [`<p style="${STYLE.code}">${escapeHtml(code)}</p>`]),
    ...(link === undefined ? [] : [button(link)]),
    ...(facts.length === 0 ? [] : [`<p>${facts.map(([name, value]) => `${escapeHtml(name)}: ${escapeHtml(value)}`).join('<br>')}</p>`]),
    ...closing.map(paragraph),
    `<p style="${STYLE.foot}">${escapeHtml(appName)}</p>`,
  ];
  return [
    '<!doctype html>',
    `<html lang="${escapeHtml(lang)}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(subject)}</title></head>`,
    `<body style="${STYLE.body}"><div style="${STYLE.column}">`,
    ...parts,
    '</div></body></html>',
  ].join('\n');
}

/** A button with its address as text below, for readers who cannot or do not want to press it. */
function button({ label, url }: { readonly label: string; readonly url: string }): string {
  const href = escapeHtml(url);
  return `<p style="margin:24px 0"><a href="${href}" style="${STYLE.button}">${escapeHtml(label)}</a></p><p style="${STYLE.small}">${href}</p>`;
}
