/** As much of a destination as its owner needs to recognise it: `a***@example.com`, `+1*******23`. */
export function maskDestination(destination: string): string {
  const at = destination.indexOf('@');
  if (at > 0) return `${destination.slice(0, 1)}***${destination.slice(at)}`;
  return `${destination.slice(0, 2)}${'*'.repeat(Math.max(0, destination.length - 4))}${destination.slice(-2)}`;
}
