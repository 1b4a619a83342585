import CWebSockets

extension ServiceLoop {
    /// The vhost of client connections: one for each CA file, made at the first use.
    func clientVhost(caFile: String?) -> OpaquePointer? {
        if let vhost = clientVhosts[caFile ?? ""] { return vhost }
        var info = lws_context_creation_info()
        info.port = cwebsockets_no_listen
        info.options = UInt64(cwebsockets_ssl_global_init)
        info.vhost_name = attic.string("client-\(clientVhosts.count)")
        info.protocols = attic.table(user: nil) {
            $0.callback = clientCallback
            // The size that libwebsockets would take; told here, it need not look for it with each byte.
            $0.rx_buffer_size = receiveBufferBytes
        }
        if let caFile {
            info.client_ssl_ca_filepath = attic.string(caFile)
            info.options |= UInt64(cwebsockets_no_os_ca)
        }
        info.gid = -1
        info.uid = -1
        guard let vhost = lws_create_vhost(context, &info) else { return nil }
        clientVhosts[caFile ?? ""] = vhost
        return vhost
    }
}

/// What libwebsockets calls for client connections: `user` is the client, retained until WSI_DESTROY.
private func clientCallback(
    wsi: OpaquePointer?, reason: lws_callback_reasons, user: UnsafeMutableRawPointer?, data: UnsafeMutableRawPointer?,
    count: Int
) -> Int32 {
    guard let wsi, let user, ofConnection(reason) else { return 0 }
    // No counting of references for each frame: the client outlives the call by what is retained for `user`, which
    // `callback` releases at its end, at WSI_DESTROY.
    return Unmanaged<WebSocketClient>.fromOpaque(user)._withUnsafeGuaranteedRef {
        $0.callback(wsi, reason, data, count)
    }
}

/// Only these come with our `user` pointer; others are of the vhost or context.
private func ofConnection(_ reason: lws_callback_reasons) -> Bool {
    switch reason {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER, LWS_CALLBACK_CLIENT_ESTABLISHED, LWS_CALLBACK_CLIENT_RECEIVE,
        LWS_CALLBACK_CLIENT_RECEIVE_PONG,
        LWS_CALLBACK_CLIENT_WRITEABLE, LWS_CALLBACK_WS_PEER_INITIATED_CLOSE, LWS_CALLBACK_CLIENT_CONNECTION_ERROR,
        LWS_CALLBACK_CLIENT_CLOSED, LWS_CALLBACK_WSI_DESTROY:
        true
    default: false
    }
}
