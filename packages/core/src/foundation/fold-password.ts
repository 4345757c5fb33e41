/** The form in which passwords are looked up in lists: capital letters do not make a common password safer. */
export function foldPassword(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
