import { refuse } from './settings.js';

/** Loads a package that only users of one notifier have to install. If it is missing, the error says how to install it. */
export async function optionalPeer<Module>(
  { maker, name }: { readonly maker: string; readonly name: string },
  load: () => Promise<Module>,
): Promise<Module> {
  return load().catch((error: unknown) => {
    if (isMissing(error, name)) refuse(maker, [{ path: name, message: `is not installed: npm install ${name}` }]);
    throw error;
  });
}

/** Whether the package itself is missing, rather than one of its dependencies. */
function isMissing(error: unknown, name: string): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${name}'`);
}
