import { ts } from 'ts-morph';
import { GuideError } from './errors';
import type { SourceText } from './read-source';

/** One parsed TypeScript file with a checker that resolves names within it. */
export interface ParsedModule extends SourceText {
  readonly sourceFile: ts.SourceFile;
  readonly checker: ts.TypeChecker;
}

const OPTIONS = {
  noLib: true,
  noResolve: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
};

/**
 * Parses a file by itself: no imports are followed and no library is loaded, which is all that
 * resolving local names needs and takes a few milliseconds.
 *
 * @throws GuideError when the file has a syntax error
 */
export function parseModule(source: SourceText): ParsedModule {
  const sourceFile = parse(source);
  const program = ts.createProgram([sourceFile.fileName], OPTIONS, hostOf(sourceFile));
  const [problem] = program.getSyntacticDiagnostics(sourceFile);
  if (problem) {
    const { line, character } = sourceFile.getLineAndCharacterOfPosition(problem.start);
    throw new GuideError(
      'UNPARSABLE_FILE',
      `${source.file}:${line + 1}:${character + 1} does not parse: ` +
        `${ts.flattenDiagnosticMessageText(problem.messageText, ' ').replace(/\.$/, '')}. ` +
        'Fix it, then run this again',
      { file: source.file },
    );
  }
  return { ...source, sourceFile, checker: program.getTypeChecker() };
}

/** How deep syntax may be nested: what walks it calls itself. People write less than a hundred. */
const DEPTH = 1000;

function parse({ file, text }: SourceText): ts.SourceFile {
  const visit = (node: ts.Node, depth: number): void => {
    if (depth > DEPTH) throw new RangeError(`nested more than ${DEPTH} times`);
    ts.forEachChild(node, child => visit(child, depth + 1));
  };
  try {
    const sourceFile = ts.createSourceFile(`/${file}`, text, OPTIONS.target, true);
    visit(sourceFile, 0);
    return sourceFile;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `${file} is nested too deeply to be read. Move data into a file of its own`;
    throw new GuideError('UNPARSABLE_FILE', message, { file, cause: error });
  }
}

/** A compiler that knows one file and nothing else. */
function hostOf(sourceFile: ts.SourceFile): ts.CompilerHost {
  return {
    getSourceFile: name => (name === sourceFile.fileName ? sourceFile : undefined),
    fileExists: name => name === sourceFile.fileName,
    readFile: name => (name === sourceFile.fileName ? sourceFile.text : undefined),
    getDefaultLibFileName: () => 'lib.d.ts',
    getCurrentDirectory: () => '/',
    getCanonicalFileName: name => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    writeFile: () => {},
    resolveModuleNameLiterals: literals => literals.map(() => ({ resolvedModule: undefined })),
  };
}

/** The 1-based line a node starts on, leading comments not counted. */
export function lineOf(module: ParsedModule, node: ts.Node): number {
  return module.sourceFile.getLineAndCharacterOfPosition(node.getStart(module.sourceFile)).line + 1;
}
