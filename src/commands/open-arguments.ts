/** Where the texts of arguments that are open in editors are kept in the workspace's store. */
export const ARGUMENT_TEXTS = 'icCanisters.argumentTexts';
