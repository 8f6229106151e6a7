import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const ts = require('typescript');

const HOME = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const INTEROP = join(HOME, 'test', 'interop', 'package.json');

/** Packages whose types are installed here, in versions that fit what the guides write. */
const REAL = [
  '@backstage/backend-plugin-api',
  '@backstage/catalog-model',
  '@backstage/config',
  '@backstage/errors',
  '@backstage/plugin-auth-node',
  '@backstage/plugin-permission-common',
  '@backstage/types',
  'express',
  'winston',
];

const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: ['node'],
  typeRoots: [join(HOME, 'node_modules', '@types')],
  strict: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
};

/** What stubs bring about: parameters that nothing gives a type, and values that stay `unknown`. */
const BY_STUBS = new Set([7005, 7006, 7031, 7034, 18046]);

/**
 * The type errors of a backend's sources, tests left out, as `file: message`. Packages that are not
 * installed here are stubs whose exports have the type `any`.
 *
 * @param folder - absolute folder of the backend package
 */
export function typeErrorsOf(folder) {
  const files = sourcesIn(join(folder, 'src'));
  const stubs = new Set();
  const host = ts.createCompilerHost(OPTIONS);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      const resolved = resolve(text, from, host);
      if (!resolved && !text.startsWith('.')) stubs.add(text);
      return { resolvedModule: resolved };
    });
  const program = ts.createProgram(files, OPTIONS, host);
  const errors = files.flatMap(file => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .filter(each => !BY_STUBS.has(each.code) && !isStub(each, stubs))
      .map(each => `${file.slice(folder.length + 1)}: ${messageOf(each)}`);
  });
  return errors;
}

function resolve(text, from, host) {
  if (/^(backstage-forklift)(\/|$)/.test(text)) {
    return ts.resolveModuleName(text, join(HOME, 'dist', 'x.ts'), OPTIONS, host).resolvedModule;
  }
  const isOwn = from.includes('/node_modules/') || from.startsWith(join(HOME, 'dist'));
  const isReal = REAL.some(name => text === name || text.startsWith(`${name}/`));
  if (isReal && !isOwn) {
    return (
      ts.resolveModuleName(text, INTEROP, OPTIONS, host).resolvedModule ??
      ts.resolveModuleName(text, join(HOME, 'x.ts'), OPTIONS, host).resolvedModule
    );
  }
  if (!text.startsWith('.') && !isOwn && !text.startsWith('node:')) return undefined;
  return ts.resolveModuleName(text, from, OPTIONS, host).resolvedModule;
}

/** "Can not find module", and what can not be inferred from it: the package is a stub. */
function isStub(diagnostic, stubs) {
  if (diagnostic.code === 2322) return messageOf(diagnostic).startsWith("Type 'unknown' is not");
  if (![2307, 7016, 2792].includes(diagnostic.code)) return false;
  const name = /'([^']+)'/.exec(messageOf(diagnostic))?.[1];
  return name !== undefined && stubs.has(name);
}

function messageOf(diagnostic) {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
}

function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile() && /\.tsx?$/.test(each.name))
    .filter(
      each =>
        !/\.test\.tsx?$|\.d\.ts$/.test(each.name) &&
        !/__fixtures__|__tests__/.test(each.parentPath),
    )
    .map(each => join(each.parentPath, each.name));
}
