/*
 * What Mono's library for native calls wants of Kerberos when it is loaded. The agent never signs on anywhere, so this
 * takes the place of five libraries: every function returns GSS_S_UNAVAILABLE.
 */
#define UNAVAILABLE (16u << 16)
#define FUNCTION(name) unsigned int name(void) { return UNAVAILABLE; }

void *GSS_C_NT_HOSTBASED_SERVICE;
void *GSS_C_NT_USER_NAME;
void *gss_mech_krb5;

FUNCTION(gss_accept_sec_context)
FUNCTION(gss_acquire_cred)
FUNCTION(gss_acquire_cred_with_password)
FUNCTION(gss_delete_sec_context)
FUNCTION(gss_display_name)
FUNCTION(gss_display_status)
FUNCTION(gss_import_name)
FUNCTION(gss_indicate_mechs)
FUNCTION(gss_init_sec_context)
FUNCTION(gss_inquire_context)
FUNCTION(gss_oid_equal)
FUNCTION(gss_release_buffer)
FUNCTION(gss_release_cred)
FUNCTION(gss_release_name)
FUNCTION(gss_release_oid_set)
FUNCTION(gss_unwrap)
FUNCTION(gss_wrap)
