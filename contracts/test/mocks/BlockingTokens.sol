// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestUSDC} from "../../src/testing/TestUSDC.sol";
import {PlainToken} from "./OddTokens.sol";

/// @title Accounts that the token's issuer has blocked, until it takes that back.
abstract contract Blacklist {
    mapping(address account => bool) public blocked;

    function setBlocked(address account, bool yes) external {
        blocked[account] = yes;
    }

    modifier unlessBlocked(address from, address to) {
        require(!blocked[from] && !blocked[to], "blocked");
        _;
    }
}

/// @title As USDC on Polygon: 6 decimals, permit, EIP-3009, a blacklist.
contract BlockingUSDC is TestUSDC, Blacklist {
    function _update(address from, address to, uint256 amount) internal override unlessBlocked(from, to) {
        super._update(from, to, amount);
    }
}

/// @title As on BSC: 18 decimals, neither permit nor EIP-3009. With a blacklist all the same.
contract BlockingToken18 is PlainToken(18), Blacklist {
    function _update(address from, address to, uint256 amount) internal override unlessBlocked(from, to) {
        super._update(from, to, amount);
    }
}
