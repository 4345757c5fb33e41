/** The role that may use the routes for administrators. */
export const ADMIN_ROLE = 'admin';
