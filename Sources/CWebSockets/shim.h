#pragma once
#include <libwebsockets.h>

/* libwebsockets declares these as macros with casts or shifts, which Swift does not import. */
static const unsigned long long cwebsockets_explicit_vhosts = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
static const unsigned long long cwebsockets_ssl_global_init = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
static const unsigned long long cwebsockets_unix_socket = LWS_SERVER_OPTION_UNIX_SOCK;
static const unsigned long long cwebsockets_fail_bind = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
static const unsigned long long cwebsockets_no_os_ca = LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
static const int cwebsockets_pre = LWS_PRE;
static const int cwebsockets_no_listen = CONTEXT_PORT_NO_LISTEN;

/* POLLRDHUP, which poll.h declares under _GNU_SOURCE only. */
static const short cwebsockets_peer_has_closed = 0x2000;
