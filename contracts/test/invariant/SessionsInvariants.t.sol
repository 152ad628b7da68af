// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NodeParams} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {BlockingToken18, BlockingUSDC} from "../mocks/BlockingTokens.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";
import {Handler} from "./handlers/Handler.sol";
import {IWorldToken, Stage} from "./handlers/World.sol";

/// @title The stage: a deployment, a sibling beside it, nodes of which one is not registered.
abstract contract SessionsWorld is SessionsTest {
    Handler internal handler;
    /// @dev For showing that an invariant can fail by itself: the number of the only one to look at, or 0 for all.
    uint256 private _only;

    function setUp() public override {
        super.setUp();
        _only = vm.envOr("ONLY_INVARIANT", uint256(0));
        (address money, uint8 decimals) = _makeToken();
        sessions = _deploy(money, decimals);
        _grantGuardian();
        handler = new Handler(
            Stage({
                sessions: sessions,
                sibling: _deploy(money, decimals),
                token: IWorldToken(money),
                authority: authority,
                admin: admin,
                guardian: guardian,
                scale: 10 ** (18 - decimals),
                gasless: decimals == 6
            })
        );
        _registerNode(0);
        _registerNode(1);
        targetContract(address(handler));
        targetSelector(FuzzSelector({addr: address(handler), selectors: handler.actions()}));
    }

    function _makeToken() internal virtual returns (address money, uint8 decimals);

    function _registerNode(uint256 i) private {
        NodeParams memory params = _nodeParams();
        params.payout = vm.addr(8001 + i);
        bytes memory consent = _consent(handler.nodeKey(i), operator, _now());
        address listed = handler.node(i);
        vm.prank(operator);
        registry.register(listed, params, _now(), consent);
    }

    /// @dev Not only enough, but exactly what is owed, plus what somebody gave away.
    function _holdsExactlyWhatItOwes() internal view returns (bool) {
        return handler.TOKEN().balanceOf(address(sessions)) == handler.owed() + handler.donated();
    }

    /// @dev Empty when all hold; else the numbers of those that were seen broken, with what was seen.
    function _brokenInvariants() internal view returns (string memory report) {
        if (_looksAt(1) && !_holdsExactlyWhatItOwes()) report = "I01 the contract does not hold what it owes. ";
        uint256 broken = handler.broken();
        if (broken == 0) return report;
        for (uint256 number = 1; number <= 12; ++number) {
            if (!_looksAt(number) || broken & (2 ** number) == 0) continue;
            string memory name = string.concat(number < 10 ? "I0" : "I", vm.toString(number));
            report = string.concat(report, name, " ", handler.why(number), ". ");
        }
    }

    function _looksAt(uint256 number) private view returns (bool) {
        return _only == 0 || _only == number;
    }
}

/// @title As on Polygon.
abstract contract World6 is SessionsWorld {
    function _makeToken() internal override returns (address, uint8) {
        return (address(new BlockingUSDC()), 6);
    }
}

/// @title As on BSC.
abstract contract World18 is SessionsWorld {
    function _makeToken() internal override returns (address, uint8) {
        return (address(new BlockingToken18()), 18);
    }
}

/// @title What holds after any sequence of calls: README.md in this folder lists the invariants by number.
/// @dev One campaign looks at all of them after every call, rather than one campaign each at a twelfth of the calls.
abstract contract SessionsInvariants is SessionsWorld {
    function invariant_sessions() public view {
        assertEq(_brokenInvariants(), "");
    }
}

contract SessionsInvariants6 is SessionsInvariants, World6 {}

contract SessionsInvariants18 is SessionsInvariants, World18 {}
