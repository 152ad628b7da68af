// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeRegistry} from "../../../src/interfaces/IX4PNNodeRegistry.sol";
import {Claims} from "./Claims.sol";

/// @title What the admin, the guardian and the token's issuer can do, and time.
abstract contract Governors is Claims {
    function wait_(uint256 seed) external watched {
        skip(1 + seed % (seed % 4 == 0 ? 3 days : seed % 16 == 1 ? 10 days : 2 hours));
        _reach("time passed");
    }

    function donate(uint256 seed) external watched {
        uint256 amount = 1 + seed % 1e9;
        TOKEN.mint(address(SESSIONS), amount);
        donated += amount;
        _reach("tokens came without a call");
    }

    function setFee(uint256 seed) external watched {
        if (seed % 4 == 0) {
            bytes memory tooMuch = abi.encodeCall(SESSIONS.setFee, (uint16(501 + (seed >> 8) % 65_000)));
            if (!_refused(_stage.admin, tooMuch)) _broke(8, "a fee above the cap was accepted");
            _reach("refused a fee above the cap");
            return;
        }
        uint256 bps = (seed >> 8) % 501;
        uint256 inForce = _feeNow();
        vm.prank(_stage.admin);
        SESSIONS.setFee(uint16(bps));
        (_fee, _nextFee, _feeAt) = (inForce, bps, _now() + 7 days);
        _reach("scheduled a fee");
    }

    function setTreasury(uint256 seed) external watched {
        address next = vm.addr(6001 + seed % 2);
        vm.prank(_stage.admin);
        SESSIONS.setTreasury(next);
        _reach("scheduled a treasury");
    }

    function pause(uint256 seed) external watched {
        // Not most of the time, or nothing else would happen.
        if (seed % 8 != 0 || _paused()) return;
        vm.prank(_stage.guardian);
        SESSIONS.pauseInflows();
        _reach("paused");
    }

    function unpause() external watched {
        if (!_paused()) return;
        vm.prank(_stage.guardian);
        SESSIONS.unpauseInflows();
        _reach("unpaused");
    }

    /// @dev Blocks or frees a node, its payout address, the treasury or a relayer. Users' exits must not depend on it.
    function blacklist(uint256 which, uint256 seed) external watched {
        uint256 kind = seed % 4;
        address account = node(which);
        if (kind == 1) account = IX4PNNodeRegistry(SESSIONS.REGISTRY()).payoutOf(account);
        if (kind == 2) account = SESSIONS.treasury();
        if (kind == 3) account = relayer(which);
        if (account == address(0)) return;
        _blocked[account] = !_blocked[account];
        TOKEN.setBlocked(account, _blocked[account]);
        _reach("blocked or freed somebody");
    }
}
