import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './pages.js';

/** The strictest settings that an application can have. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.es2024.string.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  customConditions: ['@sallyport/source'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: false,
  verbatimModuleSyntax: true,
  jsx: ts.JsxEmit.ReactJSX,
  allowJs: true,
  skipLibCheck: true,
  noEmit: true,
};

const FOLDER = join(ROOT, 'docs/snippets');

/** Parsed files, shared by all programs, since most files are the same in each. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** A program of files in memory, which import the packages as a file in `docs/` would. */
export function programOf(files: Readonly<Record<string, string>>): ts.Program {
  const virtual = new Map(Object.entries(files).map(([name, code]) => [join(FOLDER, name), code]));
  const disk = ts.createCompilerHost(OPTIONS);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => virtual.has(path) || disk.fileExists(path),
    readFile: (path) => virtual.get(path) ?? disk.readFile(path),
    getSourceFile(path, languageVersion, ...rest) {
      const code = virtual.get(path);
      if (code !== undefined) return ts.createSourceFile(path, code, languageVersion, true);
      if (!parsed.has(path)) parsed.set(path, disk.getSourceFile(path, languageVersion, ...rest));
      return parsed.get(path);
    },
  };
  return ts.createProgram([...virtual.keys()], OPTIONS, host);
}

/** The compiler's messages about one of these files, one per line. */
export function faultsOf(program: ts.Program, name: string): string[] {
  const file = program.getSourceFile(join(FOLDER, name));
  if (file === undefined) throw new Error(`${name} is not in the program`);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ start = 0, messageText }) => {
    const { line } = file.getLineAndCharacterOfPosition(start);
    return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

/** The type behind an exported alias of one of these files. */
export function typeOf(program: ts.Program, { file, name }: { readonly file: string; readonly name: string }): ts.Type {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(FOLDER, file));
  const symbol = source && checker.getSymbolAtLocation(source);
  const found = symbol && checker.getExportsOfModule(symbol).find((exported) => exported.name === name);
  if (found === undefined) throw new Error(`${file} exports no ${name}`);
  return checker.getDeclaredTypeOfSymbol(found);
}
