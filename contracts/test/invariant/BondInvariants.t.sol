// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bond} from "../../src/interfaces/IX4PNNodeBond.sol";
import {IX4PNToken} from "../../src/interfaces/IX4PNToken.sol";
import {BondTest} from "../utils/BondTest.sol";
import {BondHandler} from "./handlers/BondHandler.sol";

/// @title What holds of bonds after any sequence of calls.
contract BondInvariants is BondTest {
    BondHandler private handler;
    uint256 private supply;

    function setUp() public override {
        super.setUp();
        handler = new BondHandler(bonds, x4pn, admin);
        for (uint256 i; i < handler.lines(); ++i) {
            uint256 key = 40_000 + i;
            address owner = handler.operator(i);
            bytes memory consent = _consent(key, owner, _now());
            vm.prank(owner);
            registry.register(vm.addr(key), _nodeParams(), _now(), consent);
            handler.begin(i, vm.addr(key));
            vm.prank(minter);
            IX4PNToken(address(x4pn)).mint(owner, 1e26);
        }
        supply = x4pn.totalSupply();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = BondHandler.begin.selector;
        excludeSelector(FuzzSelector({addr: address(handler), selectors: selectors}));
    }

    /// @dev `BOND` is that of the test's own node, which nobody touches.
    function invariant_theContractHoldsEveryBondToTheUnit() public view {
        uint256 sum = BOND;
        for (uint256 i; i < handler.lines(); ++i) {
            sum += bonds.bondOf(handler.head(i)).amount;
        }
        assertEq(x4pn.balanceOf(address(bonds)), sum);
        assertEq(sum, BOND + handler.added() - handler.takenOut() - handler.slashed());
    }

    function invariant_whatIsSlashedIsBurned() public view {
        assertEq(x4pn.totalSupply(), supply - handler.slashed());
    }

    function invariant_aBondCoversItsExitAndItsCases() public view {
        for (uint256 i; i < handler.lines(); ++i) {
            Bond memory bond = bonds.bondOf(handler.head(i));
            assertLe(bond.exiting, bond.amount);
            assertLe(bond.frozen, bond.amount);
            assertEq(bond.frozen, handler.frozenBy(i));
            assertEq(bond.exiting == 0, bond.exitAt == 0);
        }
    }

    function invariant_noEpochFreezesMoreThanItsCap() public view {
        assertFalse(handler.overCap());
    }
}
