// Every handler, so that all contracts share one compilation: it is what takes the time of a build.
export * from './mappings/bonds'
export * from './mappings/registry'
export * from './mappings/rewards'
export * from './mappings/sessions'
