// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const PLUGIN_FAULTS = {
  SFP_PLUGIN_BROKEN: {
    what: 'the plugin cannot be loaded: {reason}',
    hint: '',
    causes: [
      'It is written in TypeScript and was not compiled.',
      'It imports a package that is not installed beside it.',
      'It is a CommonJS module with an import in it, or the reverse: say "type": "module" in its package.json.',
    ],
  },
  SFP_PLUGIN_SHAPE: {
    what: 'the module exports no usable "plugin": {reason}',
    hint: 'export a value of the type Plugin of sfprocessor/plugin as "plugin", or several as "plugins"',
    causes: ['The module has a default export only.', 'The plugin lacks contract, kind, name, options or create.'],
  },
  SFP_PLUGIN_CONTRACT: {
    what: 'the plugin "{name}" is written for contract {version}, but this program supports contract {expected}',
    hint: '{fix}',
  },
  SFP_PLUGIN_NAME_TAKEN: { what: 'there is already a {kind} called "{name}", from {by}', hint: 'rename the plugin' },
  SFP_PLUGIN_OUTSIDE: { what: 'the plugin leads out of its directory, to {target}', hint: 'copy it into the directory' },
  SFP_PLUGIN_DIRECTORY: { what: 'the folder of plugins "{folder}" cannot be read: {reason}', hint: '' },
  SFP_PLUGIN_OPTIONS: { what: 'the settings of the plugin cannot be used: {reason}', hint: '' },
  SFP_PLUGIN_WRITABLE: {
    what: 'everybody on this machine may write to {path}, and so run code with the rights of this program',
    hint: 'take that right away: chmod o-w {path}',
  },
  SFP_PLUGIN_NAME: {
    what: '"{name}" is neither the name of a package nor a path',
    hint: 'a path begins with . or /, for example ./plugins/mine.js',
  },
  SFP_PLUGIN_NOT_INSTALLED: {
    what: 'the package "{name}" is not installed in or above {searched}',
    hint: 'npm install {name}',
  },
  SFP_PLUGIN_MISSING: {
    what: 'there is no plugin "{path}": {reason}',
    hint: 'a relative path starts from the folder of the pipeline file',
  },
  SFP_PLUGIN_FAILED: {
    what: '{kind} "{plugin}" failed in {step}: {reason}',
    hint: 'see {position}; ask the author of the plugin',
    causes: [
      'An error in the plugin, at the position that the message shows.',
      'It was given a setting or a record that it does not expect.',
    ],
  },
  SFP_PLUGIN_STRAY: {
    what: 'nobody caught an error of {who}: {reason}',
    hint: 'see {position}; the plugin must await its promises and catch errors in its timers and listeners',
    causes: ['A promise is not awaited.', 'A timer or a listener throws.'],
  },
  SFP_PLUGIN_MORE_STRAYS: { what: 'nobody caught {count} more errors of {who}', hint: '' },
  SFP_PLUGIN_SAYS: { what: '{what}', hint: '{hint}' },
} as const satisfies ErrorCatalogue
