// The drawings are taken from the lucide package when the component is built; see scripts/icons.mjs.

declare module 'virtual:icons' {
  /** A path's data, or an element with its attributes. */
  type Shape = string | [tag: string, attributes: Record<string, string>];
  export interface Drawing {
    shapes: Shape[];
    filled: boolean;
  }
  export type Drawings = Readonly<Record<string, Drawing>>;
  /** What the element draws by itself. */
  export const drawings: Drawings;
  /** The other names of the protocol. */
  export function loadNamed(): Promise<{ drawings: Drawings }>;
  /** All of lucide, by first letter. */
  export const lucideShards: Readonly<Record<string, () => Promise<{ drawings: Drawings }>>>;
}
