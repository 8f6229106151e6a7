import { posix } from 'node:path';
import { importsOf } from '../engine/bindings';
import { GuideError } from '../engine/errors';
import { lineOf, parseModule, type ParsedModule } from '../engine/parse-module';
import { tooOldFor, useOf, type DatedHome } from '../engine/source-step/dated-home';
import { partOfOldBackend } from '../engine/source-step/part-of-old-backend';
import type {
  Finding,
  RewriteSource,
  SourceCodemod,
  SourceRewrite,
} from '../engine/source-step/source-codemod';
import {
  textOf,
  type SourcePackage,
  type SourceRepository,
} from '../engine/source-step/source-repository';
import { testMocksOf } from '../engine/source-step/test-mocks';
import { makeLoggerProgram, type LoggerProgram, type TypeProblem } from './logger-program';
import { API, OLD_COMMON, rewriteLoggers, type RewrittenLoggers } from './rewrite-loggers';

const MARKS = /['"]winston['"]|\bgetVoidLogger\b/;

const VOID_LOGGER = 'getVoidLogger';

const LOGGER_SERVICE: DatedHome = { module: API, name: 'LoggerService', since: '0.6.0' };
/** Makes winston's loggers services, where all that is done with them can be done with a service. */
export const winstonToLoggerService: SourceCodemod = {
  step: 'winston-to-logger-service',
  marks: MARKS,
  replaces: ['winston', OLD_COMMON],
  start,
};

function start(repository: SourceRepository, files: readonly string[]): RewriteSource {
  const candidates = new Map<string, RewrittenLoggers>();
  const packages = new Set<string>();
  const texts = new Map<string, string>();
  for (const file of files) {
    if (!MARKS.test(textOf(repository, file))) continue;
    const owner = repository.packageOf(file);
    const candidate = owner && candidateOf(repository, file, owner);
    if (candidate) candidates.set(file, candidate);
    if (candidate && owner) packages.add(owner.folder);
  }
  for (const file of repository.files) {
    if (!packages.has(repository.packageOf(file)?.folder ?? '')) continue;
    texts.set(file, textOf(repository, file));
  }
  const reasons = settle(repository, texts, candidates);
  return (module, owner) =>
    rewrite(module, owner, candidates.get(module.file), reasons.get(module.file));
}

/** What a file would look like; undefined when it has to stay. */
function candidateOf(
  repository: SourceRepository,
  file: string,
  owner: SourcePackage,
): RewrittenLoggers | undefined {
  try {
    const module = parseModule(repository.read(file));
    if (partOfOldBackend(module) || tooOldFor(owner, 'Logger', LOGGER_SERVICE)) return undefined;
    return rewriteLoggers(module, mocksOf(owner)?.module);
  } catch (error) {
    if (error instanceof GuideError) return undefined; // It is reported when its turn comes.
    throw error;
  }
}

function mocksOf(owner: SourcePackage): DatedHome | undefined {
  const mocks = testMocksOf(owner, VOID_LOGGER);
  return 'home' in mocks ? mocks.home : undefined;
}

/**
 * Takes files out of the candidates until what is left brings no type error that was not there before,
 * and hands no service to code of which nothing is known. Gives the reasons.
 */
function settle(
  { packageOf }: SourceRepository,
  texts: ReadonlyMap<string, string>,
  candidates: Map<string, RewrittenLoggers>,
): ReadonlyMap<string, TypeProblem> {
  const reasons = new Map<string, TypeProblem>();
  if (candidates.size === 0) return reasons;
  const packages = new Map<string, string>();
  for (const file of texts.keys()) {
    const owner = packageOf(file);
    if (owner && file === posix.join(owner.folder, 'src/index.ts')) packages.set(owner.name, file);
  }
  const program = makeLoggerProgram(texts, packages);
  const known = counted(program.problems());
  program.change(new Map([...candidates].map(([file, each]) => [file, each.text])));
  while (candidates.size > 0) {
    const fresh = withoutKnown(program.problems(), known);
    if (fresh.length === 0) break;
    const back = new Map<string, string>();
    for (const problem of fresh.map(each => inOldText(each, texts, candidates))) {
      for (const file of causesOf(program, problem, candidates)) {
        if (!reasons.has(file)) reasons.set(file, problem);
        back.set(file, texts.get(file) ?? '');
      }
    }
    for (const file of back.keys()) candidates.delete(file);
    program.change(back);
  }
  return reasons;
}

/** A problem with its line in the file as it is now: what was added to it are imports, at its top. */
function inOldText(
  problem: TypeProblem,
  texts: ReadonlyMap<string, string>,
  candidates: ReadonlyMap<string, RewrittenLoggers>,
): TypeProblem {
  const after = candidates.get(problem.file)?.text;
  if (after === undefined) return problem;
  const before = texts.get(problem.file) ?? '';
  const added = after.split('\n').length - before.split('\n').length;
  return { ...problem, line: problem.line - added };
}

/** The file itself, otherwise what it imports, directly or not; at the very last, all. */
function causesOf(
  program: LoggerProgram,
  { file }: TypeProblem,
  candidates: ReadonlyMap<string, RewrittenLoggers>,
): string[] {
  if (candidates.has(file)) return [file];
  const seen = new Set([file]);
  for (let files = [file]; files.length > 0;) {
    files = files.flatMap(each => program.importsOf(each)).filter(each => !seen.has(each));
    const found = files.filter(each => candidates.has(each));
    if (found.length > 0) return found;
    files.forEach(each => seen.add(each));
  }
  return [...candidates.keys()];
}

function counted(problems: readonly TypeProblem[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of problems) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  return counts;
}

function withoutKnown(
  problems: readonly TypeProblem[],
  known: ReadonlyMap<string, number>,
): TypeProblem[] {
  const left = new Map(known);
  return problems.filter(each => {
    const count = left.get(keyOf(each)) ?? 0;
    left.set(keyOf(each), count - 1);
    return count <= 0;
  });
}

function keyOf({ file, message }: TypeProblem): string {
  return `${file}: ${message}`;
}

function rewrite(
  module: ParsedModule,
  owner: SourcePackage,
  candidate: RewrittenLoggers | undefined,
  reason: TypeProblem | undefined,
): SourceRewrite {
  if (!candidate) return { text: module.text, uses: [], findings: stay(module, owner, reason) };
  const mocks = candidate.usesMocks ? mocksOf(owner) : undefined;
  const uses = [
    ...(candidate.text.includes(API) ? [useOf(LOGGER_SERVICE)] : []),
    ...(mocks ? [useOf(mocks)] : []),
  ];
  const what = mocks ? `takes loggers for tests from ${mocks.module}` : 'takes a LoggerService';
  const finding: Finding = { outcome: 'migrated', reason: what, anchor: 'what-changes' };
  return { text: candidate.text, uses, findings: [finding] };
}

function stay(
  module: ParsedModule,
  owner: SourcePackage,
  reason: TypeProblem | undefined,
): Finding[] {
  const part = partOfOldBackend(module);
  if (part) return [part];
  const imports = importsOf(module).filter(
    each => each.module === 'winston' || each.imported === 'getVoidLogger',
  );
  const logger = ['Logger', 'getVoidLogger', '*', 'default']
    .map(name => imports.find(each => each.imported === name))
    .find(each => each !== undefined);
  if (!logger) return [];
  const line = lineOf(module, logger.local);
  const mocks = testMocksOf(owner, VOID_LOGGER);
  const tooOld =
    tooOldFor(owner, 'Logger', LOGGER_SERVICE) ??
    (logger.imported === VOID_LOGGER && 'missing' in mocks ? mocks.missing : undefined);
  if (tooOld) return [{ line, ...tooOld }];
  if (!reason) {
    if (logger.imported === '*' || logger.imported === 'default') return [];
    const text = `uses ${logger.imported} as more than a type`;
    return [{ line, outcome: 'manual', reason: text, anchor: 'loggers-that-stay' }];
  }
  const where =
    reason.file === module.file ? `line ${reason.line}` : `${reason.file}:${reason.line}`;
  return [
    {
      line,
      outcome: 'manual',
      reason: `needs winston's Logger: ${where}: ${reason.message}`,
      anchor: 'loggers-that-stay',
    },
  ];
}
