/**
 * The path of the mount as clients see it. A proxy may strip a prefix: the path of `baseUrl`. A `baseUrl` that ends with the mount
 * names the mount itself.
 */
export function publicMount(baseUrl: string | undefined, mount: string): string {
  const prefix = baseUrl === undefined ? '' : new URL(baseUrl).pathname.replace(/\/$/, '');
  return prefix.endsWith(mount) ? prefix : prefix + mount;
}
