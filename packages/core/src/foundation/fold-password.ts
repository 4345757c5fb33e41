/** The spelling in which passwords are looked for in lists: nobody is safer for a capital letter at the front. */
export function foldPassword(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
