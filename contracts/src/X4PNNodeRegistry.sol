// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BondParameters} from "./abstracts/BondParameters.sol";
import {NodeBonds} from "./abstracts/NodeBonds.sol";
import {SlashCases} from "./abstracts/SlashCases.sol";
import {RegistryParams} from "./interfaces/IX4PNNodeRegistry.sol";

/// @title The list of nodes, their bonds, and slashing, in one immutable contract.
/// @notice See `IX4PNNodeRegistry` and `IX4PNNodeBond` for what each function does. Nobody has power over a node's record
/// but its operator; governance has power over bonds, within immutable bounds and delays.
contract X4PNNodeRegistry is SlashCases {
    constructor(RegistryParams memory params)
        NodeBonds(params.bondToken)
        BondParameters(params.authority, params.caseBps, params.epochBps)
    {}
}
