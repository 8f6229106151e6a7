import { parseModule, type ParsedModule } from '../parse-module';
import { readSource } from '../read-source';
import { findPluginFunction, type FunctionWithBody } from './plugin-function';

/** A plugin's file and the function in it that makes the router. */
export interface PluginFile {
  readonly module: ParsedModule;
  readonly plugin: FunctionWithBody;
}

/**
 * Reads a plugin's file; undefined when it has no function of that name.
 *
 * @param exported - `default`, or the name that index.ts imports
 * @throws GuideError when the file can not be read or does not parse
 */
export function readPluginFile(
  root: string,
  file: string,
  exported = 'default',
): PluginFile | undefined {
  const module = parseModule(readSource(root, file));
  const plugin = findPluginFunction(module, exported);
  return plugin && { module, plugin };
}
