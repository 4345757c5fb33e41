/** Saves a text as a file. */
export function download({ name, type, text }: { readonly name: string; readonly type: string; readonly text: string }): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
