// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const PLUGIN_FAULTS = {
  SFP_PLUGIN_BROKEN: {
    what: 'cannot load the plugin: {reason}',
    hint: '',
    causes: [
      'The plugin is TypeScript that was not compiled.',
      'The plugin imports a package that is not installed.',
      'The module format is wrong: set "type": "module" in its package.json for ES modules.',
    ],
  },
  SFP_PLUGIN_SHAPE: {
    what: 'the module exports no valid "plugin": {reason}',
    hint: 'export a value of type Plugin (sfprocessor/plugin) as "plugin", or an array as "plugins"',
    causes: ['The module has a default export only.', 'The plugin has no contract, kind, name, options or create.'],
  },
  SFP_PLUGIN_CONTRACT: {
    what: 'the plugin "{name}" is written for contract {version}, but this program supports contract {expected}',
    hint: '{fix}',
  },
  SFP_PLUGIN_NAME_TAKEN: { what: 'the {kind} "{name}" already exists in {by}', hint: 'rename the plugin' },
  SFP_PLUGIN_OUTSIDE: { what: 'the plugin is outside its directory: {target}', hint: 'copy it into the directory' },
  SFP_PLUGIN_DIRECTORY: { what: 'cannot read the plugin directory "{folder}": {reason}', hint: '' },
  SFP_PLUGIN_OPTIONS: { what: 'invalid options of the plugin: {reason}', hint: '' },
  SFP_PLUGIN_WRITABLE: {
    what: 'every user on this machine can write to {path}, and thus run code as this program',
    hint: 'run: chmod o-w {path}',
  },
  SFP_PLUGIN_NAME: {
    what: '"{name}" is not a package name or path',
    hint: 'a path starts with . or /, for example ./plugins/mine.js',
  },
  SFP_PLUGIN_NOT_INSTALLED: {
    what: 'the package "{name}" is not installed in or above {searched}',
    hint: 'run: npm install {name}',
  },
  SFP_PLUGIN_MISSING: {
    what: 'plugin "{path}" not found: {reason}',
    hint: 'a relative path starts at the directory of the pipeline file',
  },
  SFP_PLUGIN_FAILED: {
    what: '{kind} "{plugin}" failed in {step}: {reason}',
    hint: 'see {position}; report it to the author of the plugin',
    causes: ['A bug in the plugin, at the position in the message.', 'The plugin does not expect this setting or record.'],
  },
  SFP_PLUGIN_UNCAUGHT: {
    what: 'uncaught error of {who}: {reason}',
    hint: 'see {position}; the plugin must await its promises and catch errors in timers and listeners',
    causes: ['A promise is not awaited.', 'A timer or a listener throws.'],
  },
  SFP_PLUGIN_MORE_UNCAUGHT: { what: '{count} more uncaught errors of {who}', hint: '' },
  SFP_PLUGIN_SAYS: { what: '{what}', hint: '{hint}' },
} as const satisfies ErrorCatalogue
