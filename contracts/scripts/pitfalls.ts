// The lines of shared/pitfalls.md that are the contracts'. Each has a test with its number in the name.

export const PITFALLS = Array.from({ length: 22 }, (_, index) => index + 1)
