/** Where the folder of a project that was just made is kept until its window has opened. */
export const MADE_PROJECT = 'icCanisters.madeProject';
