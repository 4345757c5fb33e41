import { refuse } from './settings.js';

/** Loads what only users of one notifier have to install; says what to do where it is missing. */
export async function optionalPeer<Module>(
  { maker, name }: { readonly maker: string; readonly name: string },
  load: () => Promise<Module>,
): Promise<Module> {
  return load().catch((error: unknown) => {
    if (isMissing(error, name)) refuse(maker, [{ path: name, message: `is not installed: npm install ${name}` }]);
    throw error;
  });
}

/** The package itself, rather than something that it asks for. */
function isMissing(error: unknown, name: string): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${name}'`);
}
