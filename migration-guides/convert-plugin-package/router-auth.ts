import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { convertAuthKey, type AuthKey } from '../auth-services/convert-auth-key';
import { identifiersIn } from '../engine/bindings';
import type { NewImport } from '../engine/edit-imports';
import { sourcesIn } from '../engine/imported-elsewhere';
import { KeyBindings } from '../engine/key-bindings';
import { Obstacle } from '../engine/obstacle';
import { environmentUseOf, type KeyUse } from '../engine/plugin-file/environment-use';
import { readSource } from '../engine/read-source';
import type { ServiceMapping } from '../engine/service-mapping';
import { editorOf, lineRange } from '../engine/source-edit';
import { authKeyOf } from './option-source';
import type { PackageToConvert } from './package-to-convert';
import type { RouterEntry } from './router-entry';
import type { RouterOption, RouterOptions } from './router-options';
import type { RouterWiring } from './router-wiring';
import { API } from './versions';

/** A contract of the old system that a router no longer asks for. */
export interface TakenOption {
  /** Its name among the options. */
  readonly name: string;
  readonly key: AuthKey;
  readonly services: readonly ServiceMapping[];
}

/** What a router takes in place of contracts that only the old system has. */
export interface RouterAuth {
  readonly options: RouterOptions | undefined;
  readonly wiring: RouterWiring | undefined;
  readonly taken: readonly TakenOption[];
  /** Options that keep their contract, and why. */
  readonly kept: readonly { readonly key: AuthKey; readonly reason: string }[];
  /** Edits the file that makes the router, and returns what it needs to import. */
  edit(editor: MagicString): readonly NewImport[];
}

/** Finds the options of a router that the auth services can take the place of, for certain. */
export function routerAuthOf(
  target: PackageToConvert,
  entry: RouterEntry,
  options: RouterOptions | undefined,
  wiring: RouterWiring | undefined,
  passesTokens: boolean,
): RouterAuth {
  const taken: (TakenOption & { readonly option: RouterOption })[] = [];
  const kept: RouterAuth['kept'][number][] = [];
  const nodes = nodesOf(entry);
  for (const option of options?.shape === 'object' ? options.options : []) {
    const key = authKeyOf(option.types, passesTokens);
    if (!key || !option.isUsed) continue;
    try {
      assertOwn(target, entry, option);
      const services = rehearse(entry, option, key, nodes(option.name));
      taken.push({ name: option.name, key, services, option });
    } catch (error) {
      if (!(error instanceof Obstacle)) throw error;
      kept.push({ key, reason: error.message });
    }
  }
  const names = new Set(taken.map(each => each.name));
  const added = [...new Set(taken.flatMap(each => each.services))];
  return {
    taken,
    kept,
    options: options && {
      ...options,
      options: [...options.options.filter(each => !names.has(each.name)), ...added.map(optionOf)],
    },
    wiring: wiring && {
      ...wiring,
      args: wiring.args.map(each => withServices(each, names, added)),
    },
    edit(editor) {
      const bindings = new KeyBindings(entry.module);
      const present = new Set(options?.options.map(each => each.name));
      for (const { key, name, option } of taken) {
        const services = convertAuthKey(
          { module: entry.module, editor, bindings },
          key,
          nodes(name),
        );
        replaceMember(entry, editor, option, services, present);
      }
      bindings.write(editor);
      return added.map(each => ({ module: API, name: each.type }));
    },
  };
}

/** Where the function that makes the router uses an option. */
function nodesOf(entry: RouterEntry): (name: string) => readonly KeyUse['node'][] {
  const use = entry.function && environmentUseOf(entry.module, entry.function);
  return name => {
    if (!use || use.whole.length > 0) {
      throw new Obstacle('hands its options on as a whole', 'auth-services');
    }
    return use.keys.filter(each => each.key === name).map(each => each.node);
  };
}

function rehearse(
  { module, function: made }: RouterEntry,
  { name, declaration }: RouterOption,
  key: AuthKey,
  nodes: readonly KeyUse['node'][],
): readonly ServiceMapping[] {
  if (key === 'permissions' && name !== key) {
    throw new Obstacle(`has its permissions as '${name}'`, 'auth-services');
  }
  const isHere = declaration?.getSourceFile() === module.sourceFile;
  if (!declaration || !isHere || !ts.isPropertySignature(declaration)) {
    throw new Obstacle('has the type of its options in another file', 'auth-services');
  }
  const isElsewhere = identifiersIn(module.sourceFile).some(
    each =>
      each.text === name &&
      !ts.isImportSpecifier(each.parent) &&
      !ts.findAncestor(each, parent => parent === made || parent === declaration),
  );
  if (isElsewhere) throw new Obstacle('uses it beside the router as well', 'auth-services');
  return convertAuthKey(
    { module, editor: editorOf(module), bindings: new KeyBindings(module) },
    key,
    nodes,
  );
}

/**
 * Checks that nobody else makes the router with the option: those who do would have to change with it.
 *
 * @throws Obstacle when others do, or may
 */
function assertOwn(
  { root, packages, package: own, mount }: PackageToConvert,
  { module, name, parameters }: RouterEntry,
  option: RouterOption,
): void {
  if (own.manifest.private !== true) {
    throw new Obstacle(
      `is published, and others give its ${name} what it takes now`,
      'auth-services',
    );
  }
  const types = parameters.flatMap(each => (each.type ? identifiersIn(each.type) : []));
  const owner = option.declaration?.parent;
  if (owner && ts.isInterfaceDeclaration(owner)) types.push(owner.name);
  const names = [name, ...types.map(each => each.text)].join('|');
  const mentions = [names, option.name].map(each => new RegExp(`\\b(${each})\\b`));
  for (const { folder } of packages) {
    const files = ['src', 'dev']
      .map(each => posix.join(folder, each))
      .flatMap(each => (existsSync(join(root, each)) ? sourcesIn(root, each) : []));
    const caller = files.find(file => {
      if (file === module.file || file === mount?.plugin.file) return false;
      const { text } = readSource(root, file);
      const knows = folder === own.folder || text.includes(own.name);
      return knows && mentions.every(each => each.test(text));
    });
    if (caller !== undefined) {
      throw new Obstacle(`${caller} has to do with it as well`, 'auth-services');
    }
  }
}

function optionOf({ name, type }: ServiceMapping): RouterOption {
  const types = [{ package: API, name: type, members: [] }];
  return { name, isOptional: false, isUsed: true, types, declaration: undefined };
}

/** What the backend gave so far, with services in place of some of it. */
function withServices(
  argument: RouterWiring['args'][number],
  gone: ReadonlySet<string>,
  added: readonly ServiceMapping[],
): RouterWiring['args'][number] {
  if (argument === 'environment' || 'key' in argument) return argument;
  const kept = [...argument].filter(([name]) => !gone.has(name));
  return new Map([...kept, ...added.map(({ name }) => [name, { key: name }] as const)]);
}

/** `tokenManager: TokenManager;` becomes `auth: AuthService;`. */
function replaceMember(
  { module }: RouterEntry,
  editor: MagicString,
  { declaration, name }: RouterOption,
  services: readonly ServiceMapping[],
  present: Set<string>,
): void {
  if (!declaration) return;
  const start = declaration.getStart(module.sourceFile);
  const text = declaration.getText(module.sourceFile);
  const [end] = /[;,]?$/.exec(text) ?? [''];
  const readonly = /^readonly\s/.test(text) ? 'readonly ' : '';
  const lineStart = module.text.lastIndexOf('\n', start) + 1;
  const indent = /^[ \t]*/.exec(module.text.slice(lineStart))?.[0] ?? '';
  const missing = services.filter(each => each.name === name || !present.has(each.name));
  missing.forEach(each => present.add(each.name));
  const members = missing.map(each => `${readonly}${each.name}: ${each.type}${end}`);
  if (members.length > 0) {
    editor.overwrite(start, declaration.getEnd(), members.join(end === ';' ? `\n${indent}` : ' '));
  } else {
    const range = lineRange(module, declaration);
    editor.remove(range.start, range.end);
  }
}
