// Every handler, so that both contracts share one compilation: it is what takes the time of a build.
export * from './mappings/registry'
export * from './mappings/sessions'
