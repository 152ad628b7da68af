// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FreeBalances} from "./abstracts/FreeBalances.sol";
import {Governance} from "./abstracts/Governance.sol";
import {NodeAccounts} from "./abstracts/NodeAccounts.sol";
import {SessionsBase} from "./abstracts/SessionsBase.sol";
import {Settlement} from "./abstracts/Settlement.sol";
import {StreamEnding} from "./abstracts/StreamEnding.sol";
import {StreamFunding} from "./abstracts/StreamFunding.sol";
import {SessionsParams} from "./interfaces/IX4PNVpnSessions.sol";

/// @title Escrow and payment streams of X4PN, in one immutable contract with one immutable token.
/// @notice See `IX4PNVpnSessions` for what each function does. Nobody but the user and the nodes that hold the user's
/// receipts can move a user's money.
contract X4PNVpnSessions is FreeBalances, StreamFunding, StreamEnding, Settlement {
    constructor(SessionsParams memory params)
        SessionsBase(params.token, params.decimals)
        Governance(params.authority, params.feeBps, params.treasury)
        NodeAccounts(params.registry, params.epochLength)
        StreamEnding(params.challengeWindow)
    {}
}
